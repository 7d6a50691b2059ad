/** Bytes in one unit and with one digit, so that what is needed and what is left can be compared: 3200000 → '3.2 MB'. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
