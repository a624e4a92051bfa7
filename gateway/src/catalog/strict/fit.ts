import { isRawJson, numberIn } from '../../json/losslessNumber.ts';
import type { Item } from '../items.ts';

/** Gives a value as strict clients accept it, or undefined where they accept none like it; notes what it changes. */
export type Fit = (value: unknown, path: string, repairs: string[]) => unknown;

export const text: Fit = (value) => (typeof value === 'string' ? value : undefined);
export const flag: Fit = (value) => (typeof value === 'boolean' ? value : undefined);
export const number: Fit = (value) => (numberIn(value) === undefined ? undefined : value);
/** Of 0 to 1. */
export const share: Fit = (value) => {
  const given = numberIn(value);
  return given !== undefined && given >= 0 && given <= 1 ? value : undefined;
};

export function oneOf(...allowed: readonly string[]): Fit {
  return (value) => (typeof value === 'string' && allowed.includes(value) ? value : undefined);
}

/** An array without the elements that do not fit. */
export function list(each: Fit): Fit {
  return (value, path, repairs) => {
    if (!Array.isArray(value)) return undefined;
    const given: readonly unknown[] = value;
    const fitted = given.map((one, i) => each(one, `${path}[${i}]`, repairs));
    if (fitted.every((one, i) => one === given[i])) return given;
    fitted.forEach((one, i) => one === undefined && repairs.push(removed(`${path}[${i}]`)));
    return fitted.filter((one) => one !== undefined);
  };
}

/**
 * An object without the named members that do not fit; members that are not named pass. It does not fit itself without one of
 * those required.
 */
export function record(members: Readonly<Record<string, Fit>>, required: readonly string[] = []): Fit {
  return (value, path, repairs) => {
    if (!isRecord(value)) return undefined;
    const fitted = withFitted(value, members, path === '' ? '' : `${path}.`, repairs);
    return required.every((name) => Object.hasOwn(fitted, name)) ? fitted : undefined;
  };
}

/** The same object where everything fits. */
function withFitted(
  value: Item,
  members: Readonly<Record<string, Fit>>,
  prefix: string,
  repairs: string[],
): Item {
  let fitted = value;
  for (const [name, fit] of Object.entries(members)) {
    if (!Object.hasOwn(value, name)) continue;
    const member = fit(value[name], prefix + name, repairs);
    if (member === value[name]) continue;
    if (member === undefined) {
      repairs.push(removed(prefix + name));
      const { [name]: _removed, ...rest } = fitted;
      fitted = rest;
    } else fitted = { ...fitted, [name]: member };
  }
  return fitted;
}

export function isRecord(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}

function removed(path: string): string {
  return `${path} removed`;
}
