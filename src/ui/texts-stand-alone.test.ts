/**
 * A browser that translates the page replaces texts by elements of its own. React, which knows the text it made, then fails where it removes it
 * or puts something before it, and the page goes blank. So no text stands beside what comes and goes: either has an element of its own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}
type Kind = 'nothing' | 'text' | 'element' | 'unknown' | 'coming and going' | 'passing text';

function kindOf(node: Node): Kind {
  const at = (name: string) => kindOf(node[name] as Node);
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return 'element';
    case 'JSXText':
      return String(node.value).trim() === '' && String(node.value).includes('\n') ? 'nothing' : 'text';
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
      return at('expression');
    case 'JSXEmptyExpression':
      return 'nothing';
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number' ? 'text' : 'nothing';
    case 'TemplateLiteral':
      return 'text';
    case 'ConditionalExpression': {
      const [one, other] = [at('consequent'), at('alternate')];
      if (one === 'text' && other === 'text') return 'text';
      return [one, other].some(kind => kind === 'text' || kind === 'passing text')
        ? 'passing text'
        : 'coming and going';
    }
    case 'LogicalExpression':
      if (node.operator !== '&&') return 'unknown';
      return at('right') === 'text' ? 'passing text' : 'coming and going';
    case 'CallExpression': {
      const { name = '', property } = node.callee as {
        readonly name?: string;
        readonly property?: { readonly name?: string };
      };
      // These give texts, empty ones at times.
      if (/^format|Text$/.test(name)) return 'passing text';
      return property?.name === 'map' || property?.name === 'flatMap' ? 'coming and going' : 'unknown';
    }
    default:
      return 'unknown';
  }
}

/** Lines of elements with a text beside what comes and goes. */
function mixed(text: string): number[] {
  const { program } = parseSync('file.tsx', text);
  const lines: number[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      const kinds = (node.children as Node[]).map(kindOf).filter(kind => kind !== 'nothing');
      const mixes = kinds.includes('text') && kinds.includes('coming and going');
      if (mixes || (kinds.length > 1 && kinds.includes('passing text')))
        lines.push(text.slice(0, node.start as number).split('\n').length);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return lines;
}

test('finds them', () => {
  expect(mixed('<p>Words {some && <b>more</b>}</p>')).toEqual([1]);
  expect(mixed('<p>{some ? <i>a</i> : null} words</p>')).toEqual([1]);
  expect(mixed('<p><span>Words</span>{some && <b>more</b>}</p>')).toEqual([]);
  expect(mixed('<p>{words}{some && `more`}</p>')).toEqual([1]);
  expect(mixed('<p>{some && `words`}</p>')).toEqual([]);
  expect(mixed("<p>{some ? 'a' : 'b'} words</p>")).toEqual([]);
});

const folder = join(import.meta.dirname, '..');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.tsx'));

test('no text stands beside what comes and goes', () => {
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap(name =>
    mixed(readFileSync(join(folder, name), 'utf8')).map(line => `${name.replaceAll('\\', '/')}:${line}`),
  );
  expect(found).toEqual([]);
});
