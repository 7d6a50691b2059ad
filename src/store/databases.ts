/** Databases that others made here, such as tfjs's own of saved models. */

/** Whether there is one of that name. True where the browser does not say, and one has to look. */
export async function databaseExists(name: string): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(found => found.name === name);
  } catch {
    return true;
  }
}
