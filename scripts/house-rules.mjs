import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Longest file without a stated reason, in lines. */
const MAX_LINES = 300;

const SOURCE = /\.(ts|tsx|js|mjs|css)$/;
const TEXT = /\.(ts|tsx|js|mjs|cjs|css|json|md|html|svg|txt|yml|yaml|sh)$|(^|\/)(run|LICENSE|\.[a-z-]+)$/;

/**
 * @typedef {object} HouseRule
 * @property {string} name
 * @property {(path: string) => boolean} applies to a path relative to the package, with forward slashes
 * @property {(text: string) => { line: number, message: string } | null} violation the first one of a file
 */

/**
 * @param {RegExp} pattern
 * @param {string} message
 * @returns {HouseRule['violation']}
 */
function firstLineWith(pattern, message) {
  return (text) => {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => pattern.test(line));
    return at < 0 ? null : { line: at + 1, message: `${message}: ${lines[at]?.trim().slice(0, 120)}` };
  };
}

/** @type {readonly HouseRule[]} */
export const HOUSE_RULES = [
  {
    name: 'file-length',
    applies: (path) => SOURCE.test(path),
    violation: (text) => {
      const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
      if (lines <= MAX_LINES || /Long because: \S/.test(text.slice(0, 2000))) return null;
      const remedy = 'divide it, or say "Long because: …" in its head comment';
      return { line: lines, message: `${lines} lines, more than ${MAX_LINES}: ${remedy}` };
    },
  },
  {
    name: 'environment',
    applies: (path) =>
      /^(engine|app|components)\/|^server\.ts$/.test(path) &&
      path !== 'engine/config.ts' &&
      !/\.test\.tsx?$/.test(path),
    violation: firstLineWith(
      /\bprocess\.env\b|\bimport\.meta\.env\b|from 'node:process'/,
      'engine/config.ts alone reads the environment; take the value as an argument',
    ),
  },
  {
    name: 'machine-paths',
    applies: (path) => TEXT.test(path) && path !== 'package-lock.json',
    violation: firstLineWith(
      /(?<![\w.~-])\/(?:home|root|work|Users|farm)\/[\w.-]+/,
      'a path of one machine; write it relative to the package',
    ),
  },
  {
    name: 'registry-hosts',
    applies: (path) => TEXT.test(path),
    violation: firstLineWith(
      /https?:\/\/(?:registry|repo\d*|pypi|files|deb|proxy)\./,
      'the address of a package registry; name the package instead',
    ),
  },
];

/**
 * Files of the package, without what .gitignore names. No git is needed.
 *
 * @param {string} root
 * @returns {string[]} relative to root, with forward slashes, sorted
 */
export function packageFiles(root) {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(['.git', ...ignored]);
  const endings = ignored.filter((entry) => entry.startsWith('*')).map((entry) => entry.slice(1));
  /** @type {string[]} */
  const found = [];
  /** @param {string} folder */
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (names.has(entry.name) || endings.some((ending) => entry.name.endsWith(ending))) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(root, path).split(sep).join('/'));
    }
  };
  visit(root);
  return found.sort();
}

/**
 * Says where one file breaks which rule.
 *
 * @param {string} path
 * @param {string} text
 * @returns {string[]} `path:line rule: message`
 */
export function violationsOf(path, text) {
  return HOUSE_RULES.filter((rule) => rule.applies(path)).flatMap((rule) => {
    const found = rule.violation(text);
    return found ? [`${path}:${found.line} ${rule.name}: ${found.message}`] : [];
  });
}

/**
 * Every violation in the package.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function houseViolations(root) {
  const paths = packageFiles(root).filter((path) => HOUSE_RULES.some((rule) => rule.applies(path)));
  return paths.flatMap((path) => violationsOf(path, readFileSync(join(root, path), 'utf8')));
}
