package swivel.lpv.source;

import swivel.lpv.source.SourceScanner.Kind;

/** Tells files that cannot have anything sensitive in them by their bytes, at the speed of memory. */
final class Prefilter {
    private Prefilter() {}

    /**
     * Whether a file has to be looked into.
     *
     * @param architecture of the file, by its directory
     * @param kind of the file, by its name
     */
    static boolean mayBeSensitive(byte[] content, Architecture architecture, Kind kind) {
        return kind == Kind.ASSEMBLER
                || kind == Kind.RAW_ASSEMBLER
                || architecture == Architecture.ARM
                || hasAssembler(content, kind == Kind.HEADER);
    }

    /** Whether {@code asm} stands there, other than in {@code <asm/...>}, or a header has a macro of the assembler. */
    private static boolean hasAssembler(byte[] content, boolean header) {
        for (int i = 1; i < content.length - 4; i++) {
            if (content[i] == 's' && content[i - 1] == 'a' && content[i + 1] == 'm' && content[i + 2] != '/') {
                return true;
            }
            if (header
                    && content[i] == 'a'
                    && content[i - 1] == 'm'
                    && content[i + 1] == 'c'
                    && i > 1
                    && content[i - 2] == '.') {
                return true;
            }
        }
        return false;
    }
}
