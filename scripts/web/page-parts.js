// What the page needs beside its own program: a service worker under a fixed name, ONNX Runtime in its three forms, lowmag's
// decoders. WebAssembly is packed with gzip here, since not every static host does, and unpacked by the page.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Name in the site, ONNX Runtime's program, and what that program starts. */
const FORMS = [
  ["plain", "ort.wasm.min.mjs", "ort-wasm-simd-threaded"],
  ["jspi", "ort.jspi.min.mjs", "ort-wasm-simd-threaded.jspi"],
  ["asyncify", "ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify"],
];

/**
 * A plugin of vite.
 *
 * @param root lowmag's folder.
 * @param before the page as it was last built, whose packed files are used again where their sources are the same.
 */
export function pageParts(root, before) {
  const runtime = join(root, "node_modules/onnxruntime-web");
  return {
    name: "lowmag:page-parts",
    buildStart() {
      this.emitFile({ type: "chunk", id: join(root, "web/page/service-worker.ts"), fileName: "sw.js" });
    },
    generateBundle() {
      const { version } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));
      const folder = `runtime/onnxruntime-${version}`;
      const pack = packer(before);
      const emit = (fileName, source) => this.emitFile({ type: "asset", fileName, source });
      for (const [form, program, start] of FORMS) {
        const dist = (name) => join(runtime, "dist", name);
        // Called .js: some hosts do not know that .mjs is a program, and browsers then refuse it.
        emit(`${folder}/${form}.js`, withoutMap(readFileSync(dist(program), "utf8")));
        emit(`${folder}/${form}-start.js`, withoutMap(readFileSync(dist(`${start}.mjs`), "utf8")));
        const name = `${folder}/${form}.wasm.gz`;
        emit(name, pack(name, readFileSync(dist(`${start}.wasm`))));
      }
      emit("decoders.wasm.gz", pack("decoders.wasm.gz", readFileSync(join(root, "wasm/decoders.wasm"))));
      emit("runtime/runtime.json", JSON.stringify({ version, folder, sources: pack.sources }));
      emit("LICENSES-runtime.txt", runtimeLicences(root, version));
    },
  };
}

/** Packs files, or takes those that were packed before from the same bytes. Says what it was packed from. */
function packer(before) {
  const record = join(before, "runtime/runtime.json");
  const known = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).sources : {};
  const pack = (name, source) => {
    const hash = createHash("sha256").update(source).digest("hex");
    pack.sources[name] = hash;
    const packed = join(before, name);
    return known[name] === hash && existsSync(packed) ? readFileSync(packed) : gzipSync(source, { level: 9 });
  };
  pack.sources = {};
  return pack;
}

/** Without the line that names a source map, which is not shipped: open developer tools would ask for it. */
function withoutMap(text) {
  return text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

function runtimeLicences(root, version) {
  const line = "=".repeat(80);
  const onnxruntime = readFileSync(join(root, "scripts/web/onnxruntime-licence.txt"), "utf8");
  const decoders = readFileSync(join(root, "wasm/LICENSES.txt"), "utf8");
  return `${line}\nonnxruntime-web ${version}\nLicence: MIT\n${line}\n\n${onnxruntime}\n${decoders}`;
}
