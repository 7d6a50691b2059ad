// A worker's entry holds nothing that another file imports. WebKit evaluates an entry once more where a file that the worker loads later
// imports it (seen in WebKitGTK 2.50): every command was then carried out twice, by two sessions. So all that an entry imports goes into a
// file of its own, which later files may share.

/** rolldown's `output` for a build of one worker. */
export const workerOutput = {
  codeSplitting: {
    groups: [{ name: (id, context) => (context.getModuleInfo(id)?.isEntry ? null : entryThatNeeds(id, context)) }],
  },
};

/** A name after the entry that imports the module, by whatever way, before it runs; null where it is loaded later. */
function entryThatNeeds(id, context) {
  const seen = new Set([id]);
  for (const module of seen) {
    const { isEntry = false, importers = [] } = context.getModuleInfo(module) ?? {};
    if (isEntry) return `${/([^/\\]+)\.worker\.ts/.exec(module)?.[1] ?? 'worker'}-parts`;
    for (const importer of importers) seen.add(importer);
  }
  return null;
}

/** The build fails where an entry is imported all the same. */
export const entriesAreNotImported = {
  name: 'entries-are-not-imported',
  generateBundle(_, bundle) {
    for (const { type, fileName, imports = [] } of Object.values(bundle))
      for (const imported of imports)
        if (type === 'chunk' && bundle[imported]?.isEntry)
          this.error(`${fileName} imports the worker's entry ${imported}`);
  },
};
