# As much of nixpkgs' library as this flake uses, so that any Nix evaluates the flake's files without nixpkgs. A function that is not here
# is an error: whoever uses a new one adds it.
let
  inherit (builtins)
    attrNames
    attrValues
    concatMap
    concatStringsSep
    filter
    foldl'
    functionArgs
    hasAttr
    head
    intersectAttrs
    isAttrs
    isFunction
    length
    listToAttrs
    map
    mapAttrs
    stringLength
    substring
    tail
    ;
  nameValuePair = name: value: { inherit name value; };
  optionals = condition: list: if condition then list else [ ];
  mapAttrsToList = of: set: map (name: of name set.${name}) (attrNames set);
in
rec {
  inherit
    attrNames
    attrValues
    concatStringsSep
    filter
    foldl'
    listToAttrs
    mapAttrs
    mapAttrsToList
    nameValuePair
    optionals
    ;
  optional = condition: value: optionals condition [ value ];
  optionalAttrs = condition: set: if condition then set else { };
  concatStrings = concatStringsSep "";
  concatMapStrings = of: list: concatStrings (map of list);
  genAttrs = names: of: listToAttrs (map (name: nameValuePair name (of name)) names);
  mapAttrs' = of: set: listToAttrs (mapAttrsToList of set);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    let
      at = stringLength text - stringLength suffix;
    in
    at >= 0 && substring at (stringLength suffix) text == suffix;
  removeSuffix = suffix: text: substring 0 (stringLength text - stringLength suffix) text;
  setAttrByPath =
    path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  hasAttrByPath =
    path: set: path == [ ] || (hasAttr (head path) set && hasAttrByPath (tail path) set.${head path});
  recursiveUpdate =
    left: right:
    left
    // mapAttrs (
      name: value:
      if isAttrs value && isAttrs (left.${name} or null) then
        recursiveUpdate left.${name} value
      else
        value
    ) right;
  getExe = package: "${package}/bin/${package.meta.mainProgram}";
  licenses = {
    mit = "MIT";
    asl20 = "Apache-2.0";
  };

  callPackageWith =
    packages: file: more:
    let
      function = if isFunction file then file else import file;
      wanted = functionArgs function;
      found = intersectAttrs wanted packages // more;
      missing = filter (name: !wanted.${name} && !hasAttr name found) (attrNames wanted);
    in
    if missing == [ ] then
      function found
    else
      throw "${toString file} wants ${concatStringsSep ", " missing}, which nobody has";
  makeScope =
    newScope: of:
    let
      self = of self // {
        callPackage = newScope self;
      };
    in
    self;

  cleanSourceWith =
    { src, filter }:
    if filter (toString src) "directory" then src else throw "the root itself is left out";

  # Sets of files are lists of paths; each has to be there.
  fileset = {
    difference = all: _without: all;
    unions = sets: concatMap (set: if builtins.isList set then set else [ set ]) sets;
    fileFilter = _which: root: [ root ];
    fromSource = source: [ source ];
    intersection = some: _others: some;
    maybeMissing = path: optional (builtins.pathExists path) path;
    toSource =
      { root, fileset }:
      let
        missing = filter (path: !builtins.pathExists path) fileset;
      in
      if missing == [ ] then
        "/stand-in/source-of-${toString (length fileset)}"
      else
        throw "there is no ${toString (head missing)} in ${toString root}";
  };

  # Of modules: what a configuration is when nothing is merged.
  mkIf = condition: content: if condition then content else { };
  mkDefault = value: value;
  mkOption = option: option;
  mkEnableOption = _what: { default = false; };
  types = {
    package = "package";
    str = "str";
    attrsOf = of: "attributes of ${of}";
  };
}
