//! Modules into one script: each becomes a function that gives what it exports.
//!
//! The page's modules keep to a few forms: `import { a, b } from "./x.js";` and `export` before a
//! function, a class or a constant. Anything else is refused.

use super::error::PackError;

/// Modules by name, without extension.
pub(super) type Modules<'a> = &'a [(&'a str, &'a [u8])];

/// The script of `entry` and all that it imports.
pub(super) fn bundle(entry: &str, modules: Modules<'_>) -> Result<String, PackError> {
    let mut out = String::from("(()=>{\"use strict\";\n");
    let mut done = Vec::new();
    add(entry, modules, &mut done, &mut Vec::new(), &mut out)?;
    out += "})();";
    Ok(out)
}

fn add(
    name: &str,
    modules: Modules<'_>,
    done: &mut Vec<String>,
    open: &mut Vec<String>,
    out: &mut String,
) -> Result<(), PackError> {
    if done.iter().any(|of| of == name) {
        return Ok(());
    }
    let wrong = |why: String| PackError::Module {
        module: name.to_owned(),
        why,
    };
    if open.iter().any(|of| of == name) {
        return Err(wrong("imports itself in a circle".to_owned()));
    }
    let found = modules.iter().find(|(of, _)| *of == name);
    let (_, bytes) = found.ok_or_else(|| wrong("there is no such module".to_owned()))?;
    let source = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    open.push(name.to_owned());
    let (mut body, mut exports) = (String::new(), Vec::new());
    for line in without_comments(source).lines() {
        let line = line.trim_end();
        if let Some(import) = line.strip_prefix("import ") {
            let (names, from) = import
                .trim_end_matches(';')
                .split_once(" from \"./")
                .ok_or_else(|| wrong(format!("not an import that is known: {line}")))?;
            let from = from.trim_end_matches(".js\"");
            add(from, modules, done, open, out)?;
            body += &format!("const {names} = {};\n", variable(from));
        } else if let Some(export) = line.strip_prefix("export ") {
            let words = export.trim_start_matches("async ");
            let name = ["function* ", "function ", "class ", "const "]
                .iter()
                .find_map(|kind| words.strip_prefix(kind))
                .and_then(|rest| rest.split([' ', '(', '=', '{']).next())
                .ok_or_else(|| wrong(format!("not an export that is known: {line}")))?;
            exports.push(name.to_owned());
            body += export;
            body.push('\n');
        } else if !line.trim().is_empty() {
            body += line.trim_start();
            body.push('\n');
        }
    }
    open.pop();
    *out += &format!(
        "const {} = (() => {{\n{body}return {{ {} }};\n}})();\n",
        variable(name),
        exports.join(", ")
    );
    done.push(name.to_owned());
    Ok(())
}

fn variable(name: &str) -> String {
    format!("_{}", name.replace('-', "_"))
}

/// Drops comments that begin a line: whole lines of `//`, and `/* … */`.
pub(super) fn without_comments(source: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in source.lines() {
        let trimmed = line.trim_start();
        if inside || trimmed.starts_with("/*") {
            let end = line.find("*/");
            inside = end.is_none();
            let rest = end.map_or("", |at| &line[at + 2..]);
            if !rest.trim().is_empty() {
                out += rest.trim_start();
                out.push('\n');
            }
        } else if !trimmed.starts_with("//") {
            out += line;
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_one_script() {
        let modules: Modules<'_> = &[
            (
                "a",
                b"// what it is\nimport { two } from \"./b.js\";\n/** it */\nstart(two);\n",
            ),
            (
                "b",
                b"export const two = 2;\nexport async function wait() {}\n",
            ),
        ];
        let script = bundle("a", modules).expect("it is well-formed");
        let expected = "(()=>{\"use strict\";\nconst _b = (() => {\nconst two = 2;\nasync function wait() {}\nreturn { two, wait };\n})();\nconst _a = (() => {\nconst { two } = _b;\nstart(two);\nreturn {  };\n})();\n})();";
        assert_eq!(script, expected);
    }

    #[test]
    fn what_it_does_not_know_it_refuses() {
        let modules: Modules<'_> = &[
            ("a", b"import x from \"y\";"),
            ("b", b"export default 3;"),
            ("c", b"import { d } from \"./d.js\";"),
            ("d", b"import { c } from \"./c.js\";"),
        ];
        for entry in ["a", "b", "c", "e"] {
            assert!(bundle(entry, modules).is_err(), "{entry}");
        }
    }
}
