package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a compiler makes, told from its arguments. */
class CompilerCallTest {
    private static List<String> words(String arguments) {
        return arguments == null ? List.of() : List.of(arguments.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-c a.c | a.o",
                "-c -O2 src/a.c ../b.S c.d.cc | a.o b.o c.d.o",
                "-c -o out/x.o a.c | out/x.o",
                "-c -oout/x.o a.c | out/x.o",
                "-O2 -c a.c -o x.o -MD -MF dep.d -include config.h -I inc.c -D M=b.c | x.o",
                "-Wp,-MMD,.a.o.d -nostdinc -c -x c /dev/null -o t.o | t.o",
                "-c a.c b.o lib.a | a.o",
                "-r a.o b.o -o c.o | c.o",
                "-nostdlib -Wl,-r a.c -o c.o | c.o",
                "-r a.o | a.out",
                "-E a.c -o a.i | ",
                "-S a.c | ",
                "-c -S a.c -o a.s | ",
                "-M a.c | ",
                "-fsyntax-only -c a.c | ",
                "--version | ",
                "-print-file-name=include | ",
                "-dumpmachine | ",
                "-v | ",
                "a.c -o program | ",
                "a.o b.o | "
            })
    void objectsOfACompiler(String arguments, String objects) {
        assertEquals(
                words(objects).stream().map(Path::of).toList(),
                CompilerCall.ofCompiler(words(arguments)).objects());
    }

    @ParameterizedTest
    @CsvSource({"a.c -o program, program", "a.o b.o, a.out", "-shared a.c -olib.so, lib.so", "-c a.c, ", "-v, "})
    void whatIsLinked(String arguments, String linked) {
        assertEquals(
                linked == null ? null : Path.of(linked),
                CompilerCall.ofCompiler(words(arguments)).linked());
    }

    @ParameterizedTest
    @CsvSource({"a.s, a.out", "-o x.o a.s, x.o", "-march=armv7-a a.s -ox.o, x.o", "--version, ", "--help, "})
    void objectsOfAnAssembler(String arguments, String objects) {
        assertEquals(
                words(objects).stream().map(Path::of).toList(),
                CompilerCall.ofAssembler(words(arguments)).objects());
    }

    @Test
    void responseFilesAreRead(@TempDir Path directory) throws IOException {
        Path inner = directory.resolve("inner");
        Path outer = directory.resolve("outer");
        Files.writeString(inner, "-o 'with space.o'\n");
        Files.writeString(outer, "-c \"a b.c\"\t@" + inner + "\n-DX=\\\"y\\\"");
        assertEquals(
                List.of(Path.of("with space.o")),
                CompilerCall.ofCompiler(List.of("@" + outer)).objects());
        Files.writeString(inner, "-c a.c @" + inner);
        assertEquals(
                Path.of("a.o"),
                CompilerCall.ofCompiler(List.of("@" + inner)).objects().getFirst());
    }
}
