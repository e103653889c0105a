import { InvalidArgumentError } from "commander";

/** An option's value that is a whole number from 0 on. @throws InvalidArgumentError when it is not */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(number) || number < 0) {
    throw new InvalidArgumentError("expected a whole number");
  }
  return number;
}
