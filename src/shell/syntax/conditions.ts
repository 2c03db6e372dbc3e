import type { FileSystem } from '../process.ts';
import { globToRegExp } from './glob.ts';

/** `[ -f FILE ]` and its like. */
export function unaryTest(operator: string, operand: string, files: FileSystem): boolean {
  switch (operator) {
    case '-z':
      return operand === '';
    case '-n':
      return operand !== '';
    case '-d':
      return files.list(operand) !== undefined && files.read(operand) === undefined;
    case '-f':
    case '-r':
    case '-s':
      return files.read(operand) !== undefined;
    case '-e':
      return files.read(operand) !== undefined || files.list(operand) !== undefined;
    default:
      return false;
  }
}

/** `[ A = B ]` and its like; `patterns`: the right side may be one, as in `[[ … ]]`. */
export function binaryTest(operator: string, left: string, right: string, patterns: boolean): boolean {
  switch (operator) {
    case '=':
    case '==':
      return patterns ? globToRegExp(right).test(left) : left === right;
    case '!=':
      return patterns ? !globToRegExp(right).test(left) : left !== right;
    case '=~':
      return new RegExp(right).test(left);
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-eq':
      return Number(left) === Number(right);
    case '-ne':
      return Number(left) !== Number(right);
    case '-lt':
      return Number(left) < Number(right);
    case '-le':
      return Number(left) <= Number(right);
    case '-gt':
      return Number(left) > Number(right);
    case '-ge':
      return Number(left) >= Number(right);
    default:
      return false;
  }
}
