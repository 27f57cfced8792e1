package swivel.lpv.source;

import swivel.lpv.source.SourceScanner.Kind;

/** Tells files that cannot have anything sensitive in them by their bytes, at the speed of memory. */
final class Prefilter {
    private Prefilter() {}

    /** Whether a file has to be looked into. */
    static boolean mayBeSensitive(byte[] content, Architecture architecture, Kind kind) {
        if (kind == Kind.ASSEMBLER || kind == Kind.RAW_ASSEMBLER) {
            return true;
        }
        if (architecture == Architecture.ARM) {
            return true;
        }
        return hasAsm(content);
    }

    /** Whether {@code asm} stands there, other than in {@code <asm/...>}. */
    private static boolean hasAsm(byte[] content) {
        for (int i = 1; i < content.length - 2; i++) {
            if (content[i] == 's' && content[i - 1] == 'a' && content[i + 1] == 'm' && content[i + 2] != '/') {
                return true;
            }
        }
        return false;
    }
}
