/** Builds ../static/panel.js: one minified ES module, byte for byte the same from the same sources. */
import { readFile } from "node:fs/promises";
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

await build({
  absWorkingDir: here,
  entryPoints: ["panel.js"],
  outfile: process.argv[2] ?? "../static/panel.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* aitunnel_jupyter: built from panel/front by `npm run build`. markdown-it, DOMPurify, highlight.js, Temml: see package.json. */" },
  plugins: [styles],
});
