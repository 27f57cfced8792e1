package swivel.lpv.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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

    /** What an assembler's header has without the word asm, behind the dot. */
    private static final List<byte[]> DIRECTIVES = Stream.of("macro", "req", "inst", "long", "word", "byte", "short")
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toList();

    /** Whether {@code asm} stands there, but for {@code <asm/...>}, or a header has a directive of the assembler. */
    private static boolean hasAssembler(byte[] content, boolean header) {
        for (int i = 1; i < content.length - 2; i++) {
            if ((content[i] | ' ') == 's'
                    && (content[i - 1] | ' ') == 'a'
                    && (content[i + 1] | ' ') == 'm'
                    && content[i + 2] != '/') {
                return true;
            }
            if (header && content[i - 1] == '.' && isDirective(content, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDirective(byte[] content, int from) {
        return DIRECTIVES.stream()
                .anyMatch(name -> from + name.length <= content.length
                        && Arrays.equals(content, from, from + name.length, name, 0, name.length));
    }
}
