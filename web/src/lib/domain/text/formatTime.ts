const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in the largest unit that fits: `now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`. */
export function ago(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  if (passed < 5 * second) return 'now';
  return `${largestUnit(passed)} ago`;
}

/** A length of time in at most two units: `3 h 12 min`. */
export function duration(milliseconds: number): string {
  const length = Math.max(0, milliseconds);
  if (length < second) return `${String(Math.round(length))} ms`;
  if (length < minute) return `${String(Math.floor(length / second))} s`;
  if (length < hour) return two(length, minute, 'min', second, 's');
  if (length < day) return two(length, hour, 'h', minute, 'min');
  return two(length, day, 'd', hour, 'h');
}

/** Date and time to the millisecond, in the viewer's time zone. */
export function exactTime(at: number): string {
  const date = new Date(at);
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  const calendar = `${String(date.getFullYear())}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${calendar} ${clockTime(at)}.${pad(date.getMilliseconds(), 3)}`;
}

/** Time of day to the second, in the viewer's time zone. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The last midnight in the viewer's time zone. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function largestUnit(length: number): string {
  if (length < minute) return `${String(Math.floor(length / second))} s`;
  if (length < hour) return `${String(Math.floor(length / minute))} min`;
  if (length < 2 * day) return `${String(Math.floor(length / hour))} h`;
  return `${String(Math.floor(length / day))} d`;
}

function two(length: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((length % large) / small);
  const first = `${String(Math.floor(length / large))} ${largeName}`;
  return rest === 0 ? first : `${first} ${String(rest)} ${smallName}`;
}
