/** Code in colours, built as nodes of text: no HTML is made from what a model said. */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import julia from "highlight.js/lib/languages/julia";
import kotlin from "highlight.js/lib/languages/kotlin";
import latex from "highlight.js/lib/languages/latex";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scala from "highlight.js/lib/languages/scala";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

// prettier-ignore
const LANGUAGES = {
  bash, c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, julia, kotlin, latex, makefile, markdown,
  php, powershell, python, r, ruby, rust, scala, shell, sql, typescript, xml, yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
hljs.registerAliases(["jupyter", "ipython", "py3", "ipython3"], { languageName: "python" });

/** A longer line is data, or made to take quadratic time. */
const LONGEST_LINE = 1_000;
const CLASSES = {
  keyword: "k", literal: "k", tag: "k", name: "k", section: "k", "selector-tag": "k", comment: "c", quote: "c", doctag: "c",
  string: "s", regexp: "s", char: "s", link: "s", code: "s", number: "n", symbol: "n", bullet: "n",
  title: "d", built_in: "d", type: "d", class: "d", meta: "d", attr: "d", attribute: "d", property: "d", "selector-class": "d", "selector-id": "d",
  addition: "i", deletion: "x",
}; // prettier-ignore

/**
 * The first word of a fence, in lower case, or nothing if it cannot be a language's name.
 * @param {string} info
 */
export function languageOf(info) {
  const word = (info.trim().split(/[\s,]/)[0] ?? "").toLowerCase().replace(/^[{.]+|[{}]+$/g, "");
  return /^[a-z0-9_+#.-]{1,30}$/.test(word) ? word : "";
}

/** Whether a cell of a Python notebook can run code of that language. */
export function isPython(language) {
  return language === "" || hljs.getLanguage(language) === hljs.getLanguage("python");
}

/**
 * `code` as nodes; plain text if the language is unknown or a line very long.
 * @param {string} code
 * @param {string} language
 * @returns {Node}
 */
export function coloured(code, language) {
  if (!language || !hljs.getLanguage(language) || code.split("\n").some((line) => line.length > LONGEST_LINE)) {
    return document.createTextNode(code);
  }
  try {
    const whole = document.createDocumentFragment();
    grow(whole, hljs.highlight(code, { language, ignoreIllegals: true })._emitter.rootNode.children);
    return whole.textContent === code ? whole : document.createTextNode(code);
  } catch {
    return document.createTextNode(code);
  }
}

function grow(parent, children) {
  for (const child of children) {
    if (typeof child === "string") {
      parent.append(child);
      continue;
    }
    const name = CLASSES[(child.scope ?? "").split(".")[0]];
    const target = name ? document.createElement("span") : parent;
    if (name) {
      target.className = name;
      parent.append(target);
    }
    grow(target, child.children);
  }
}
