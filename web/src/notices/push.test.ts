import { expect, it } from "vitest";
import { keyBytes } from "./push";

it("reads the server's key whatever its length", () => {
  expect([...keyBytes("AQID")]).toEqual([1, 2, 3]);
  expect([...keyBytes("_-8")]).toEqual([255, 239]);
  expect([...keyBytes("BA")]).toEqual([4]);
});
