// The licences of the packages whose code went into a bundle, as one text beside it: LICENSES.txt.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)(\.(txt|md))?$/i;

/** A plugin of vite that writes LICENSES.txt for the packages in the bundle and for lowmag itself, found at `root`. */
export function licences(root) {
  return {
    name: "lowmag:licences",
    generateBundle() {
      const folders = new Set();
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id);
        if (folder !== null) folders.add(folder);
      }
      const packages = [root, ...[...folders].sort()].map(section);
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: packages.join("\n") });
    },
  };
}

/** The folder of the package that a module belongs to; `null` for our own. */
function packageFolder(id) {
  const match = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id);
  return match?.[1] !== undefined && existsSync(join(match[1], "package.json")) ? match[1] : null;
}

/** What is to be said of one package: name, version, licence, and the text of its licence files. */
function section(folder) {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  const facts = `${name} ${version}\nLicence: ${license}${homepage === undefined ? "" : `\n${homepage}`}`;
  return `${"=".repeat(80)}\n${facts}\n${"=".repeat(80)}\n\n${texts.join("\n\n")}\n`;
}
