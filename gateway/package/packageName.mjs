/** The name under which npm knows the package; nothing else spells it. */
export const packageName = 'lmcp';

/** The oldest Node that runs the bundle; it is made for this one. */
export const oldestNode = '22.15.0';
