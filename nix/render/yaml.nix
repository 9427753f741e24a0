# YAML text of a value: blocks for sets and lists, plain words where YAML cannot mistake them, JSON's quotes for all other texts.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elem
    isAttrs
    isList
    isString
    length
    map
    match
    toJSON
    ;

  # What some reader of YAML takes for something else than a text, by its letters alone.
  words = [
    "true"
    "false"
    "null"
    "yes"
    "no"
    "on"
    "off"
    "y"
    "n"
    "~"
  ];
  lower = builtins.replaceStrings (letters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (
    letters "abcdefghijklmnopqrstuvwxyz"
  );
  letters = text: builtins.genList (at: builtins.substring at 1 text) (builtins.stringLength text);
  isPlain = text: match "[A-Za-z/][A-Za-z0-9_./-]*" text != null && !elem (lower text) words;

  scalar =
    value:
    if isString value && isPlain value then
      value
    else if value == { } then
      "{}"
    else if value == [ ] then
      "[]"
    else
      toJSON value;

  isBlock = value: (isAttrs value && value != { }) || (isList value && length value > 0);

  # `value` as lines at `indent`, ending with a line break.
  block =
    indent: value:
    if isAttrs value then
      concatStringsSep "" (map (key: entry indent key value.${key}) (attrNames value))
    else
      concatStringsSep "" (map (item indent) value);

  entry =
    indent: key: value:
    "${indent}${scalar key}:"
    + (if !isBlock value then " ${scalar value}\n" else "\n${block "${indent}  " value}");

  # The first line of a set in a list stands behind the dash.
  item =
    indent: value:
    if !isBlock value then
      "${indent}- ${scalar value}\n"
    else
      let
        inner = block "${indent}  " value;
        width = builtins.stringLength indent + 2;
      in
      "${indent}- ${builtins.substring width (builtins.stringLength inner) inner}";
in
rec {
  document = value: if isBlock value then block "" value else "${scalar value}\n";
  # Several documents in one file.
  documents = values: concatStringsSep "---\n" (map document values);
}
