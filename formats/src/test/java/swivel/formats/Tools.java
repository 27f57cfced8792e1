package swivel.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** External programs and guests that tests use. */
public final class Tools {
    private Tools() {}

    /** Runs a program in a folder to its end; it must succeed. */
    public static void run(Path folder, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            fail(command[0] + " is missing; `make test` installs what the tests need", e);
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + "\n" + output);
    }

    /** Runs a program that reads one file and writes another. */
    public static byte[] filter(Path folder, byte[] input, String... command) throws IOException, InterruptedException {
        Path in = folder.resolve("filter.in");
        Path out = folder.resolve("filter.out");
        Files.write(in, input);
        List<String> shell = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" < filter.in > filter.out", "sh"));
        shell.addAll(List.of(command));
        run(folder, shell.toArray(String[]::new));
        return Files.readAllBytes(out);
    }

    /** Assembles and links A32 code to an ELF executable at 0x8000. */
    public static byte[] assemble(Path folder, String source) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("guest.S"), source);
        run(
                folder,
                "arm-linux-gnueabi-gcc",
                "-marm",
                "-march=armv7ve",
                "-nostdlib",
                "-static",
                "-Wl,--build-id=none",
                "-Wl,-n,-Ttext=0x8000",
                "-o",
                "guest.elf",
                "guest.S");
        return Files.readAllBytes(folder.resolve("guest.elf"));
    }

    /** The loadable bytes of an ELF file, as one flat image. */
    public static byte[] flatten(Path folder, byte[] elf) throws IOException, InterruptedException {
        Files.write(folder.resolve("flatten.elf"), elf);
        run(folder, "arm-linux-gnueabi-objcopy", "-O", "binary", "-R", ".comment", "-S", "flatten.elf", "flatten.bin");
        return Files.readAllBytes(folder.resolve("flatten.bin"));
    }

    /**
     * A file of a guest that was built or downloaded. Where it was not, the test is skipped, with a line that says so;
     * with SWIVEL_GUESTS=required in the environment, as in CI, it fails.
     */
    public static byte[] guest(String path) throws IOException {
        String cache = System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel");
        Path file = Path.of(cache, "guests", path);
        if (!Files.exists(file)) {
            assertNotEquals("required", System.getenv("SWIVEL_GUESTS"), () -> file + " is not there");
            System.out.println("SKIPPED: " + file + " is not there; guests/build makes it");
        }
        Assumptions.assumeTrue(Files.exists(file), file + " is not there; guests/build makes it");
        return Files.readAllBytes(file);
    }
}
