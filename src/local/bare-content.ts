// What slides of plain pictures lack: no scanner, no pictures beside the tissue, no properties.
import { fail } from "../base/index.ts";
import type { SlideContent } from "../slide/index.ts";

/** The part of a slide's content that says "nothing is known". */
export function bareContent(
  path: string,
): Pick<
  SlideContent,
  | "name"
  | "vendor"
  | "objective"
  | "bounds"
  | "properties"
  | "associated"
  | "readAssociated"
  | "readIccProfile"
> {
  return {
    name: path,
    vendor: "",
    objective: null,
    bounds: null,
    properties: {},
    associated: [],
    readAssociated: async (name) => {
      throw fail("invalid-argument", {
        where: path,
        expected: "no associated picture: it has none",
        got: `"${name}"`,
      });
    },
    readIccProfile: async () => null,
  };
}
