// Finds programs of the system, or has its package manager install them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export function findProgram(names, wellKnown = []) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...names.flatMap(name => folders.map(folder => join(folder, name))), ...wellKnown].find(path =>
    existsSync(path),
  );
}

/**
 * What `find` finds, after an installation where that is nothing yet. `variable`: an environment variable that names it instead.
 * undefined, and a line that says why, where it cannot be had within `seconds`.
 */
export async function installed(find, { variable, packages, seconds }) {
  const named = variable && process.env[variable];
  if (named) {
    if (!existsSync(named)) throw new Error(`${variable} names ${named}, which is not there.`);
    return named;
  }
  const present = find();
  if (present) return present;
  const manager = Object.keys(packages).find(name => findProgram([name]));
  if (!manager) return undefined;
  const end = Date.now() + seconds * 1000;
  for (const command of installations[manager](packages[manager])) {
    const whole = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
    console.log(`$ ${whole.join(' ')}`);
    const left = end - Date.now();
    if (left <= 0) break;
    const { status, stderr } = spawnSync(whole[0], whole.slice(1), {
      timeout: left,
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) console.log(`  ${stderr?.trim().split('\n').at(-1) || 'it took too long'}`);
  }
  return find();
}

const installations = {
  'apt-get': names => [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names],
  ],
  dnf: names => [['dnf', 'install', '-y', ...names]],
  apk: names => [['apk', 'add', ...names]],
  pacman: names => [['pacman', '-Sy', '--noconfirm', ...names]],
};
