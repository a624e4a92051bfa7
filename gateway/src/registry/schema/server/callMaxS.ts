/** How long a call may last in total, in seconds: applies to calls that report progress, too. */
export const callMaxS = 3_600;
