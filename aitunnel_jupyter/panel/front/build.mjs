/** Builds ../static/panel.js: one minified ES module, byte for byte the same from the same sources; and the licences in it. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Style sheets become strings in the bundle, minified: the panel has no other file. */
const styles = {
  name: "styles",
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "chrome111" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const outfile = process.argv[2] ?? join(here, "../static/panel.js");
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["panel.js"],
  outfile,
  metafile: true,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* aitunnel_jupyter: built from panel/front by `npm run build`. licences of what is in it: LICENSES.txt. */" },
  plugins: [styles],
});

/** The packages that got into the bundle, each with its licence as it came. */
const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
const licences = [...packages].sort().map(async (name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? (await readFile(join(folder, file), "utf8")).trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
});
await writeFile(join(dirname(outfile), "LICENSES.txt"), (await Promise.all(licences)).join(`\n${"-".repeat(80)}\n\n`));
