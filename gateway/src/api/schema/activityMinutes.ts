/** How far back the activity is counted, and may be asked for: a day. */
export const maxActivityMinutes = 1_440;
