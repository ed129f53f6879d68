/** An option that is a whole number within limits. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(low: number, high = Infinity): (text: string) => number {
  const limits = high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;
  return (text) => {
    const value = Number(text);
    if (/^\s*\d+\s*$/.test(text) && Number.isSafeInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a whole number ${limits}.`);
  };
}
