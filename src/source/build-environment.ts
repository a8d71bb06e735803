/**
 * What a build sees of the user's environment. Everything that can change what is built is part of the build's key, so
 * nothing else is let through: a variable that worked once by chance would silently be missing, or stale, in the store.
 * Suites name further variables in their build steps.
 */
export interface BuildEnvironment {
  /** Whole environment of a build step, before the step's own variables. */
  env: Record<string, string>;
  /** The part that belongs into the key. */
  keyed: Record<string, string>;
}

/** Where things are and how to reach them; cannot change what is built. */
const places =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|CCACHE_\w+|SCCACHE_\w+|(?:https?|ftp|no)_proxy|(?:HTTPS?|FTP|NO)_PROXY)$/;

/** Tools, flags and search paths of the usual build systems. */
const inputs = new RegExp(
  `^(?:${[
    'CC|CXX|CPP|CLANG|AR|AS|LD|NM|RANLIB|STRIP|OBJCOPY|BPFTOOL|PKG_CONFIG\\w*',
    '(?:C|CXX|CPP|LD|AR|AS)FLAGS|LDLIBS|LIBS|LIBURING_CFLAGS',
    'CPATH|(?:C|CPLUS)_INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|LD_RUN_PATH|COMPILER_PATH|GCC_EXEC_PREFIX',
    'ARCH|CROSS_COMPILE|SOURCE_DATE_EPOCH|CMAKE_\\w+|NIX_\\w+',
  ].join('|')})$`,
);

/** The compiler is named, because build systems differ in their default (`cc` in make, `gcc` in liburing's configure). */
export function buildEnvironment(user: Record<string, string>): BuildEnvironment {
  const entries = Object.entries(user);
  const keyed = { ...Object.fromEntries(entries.filter(([name]) => inputs.test(name))), CC: user.CC || 'cc' };
  const rest = Object.fromEntries(entries.filter(([name]) => places.test(name)));
  return { env: { ...rest, ...keyed, LC_ALL: 'C' }, keyed };
}
