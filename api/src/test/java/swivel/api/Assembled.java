package swivel.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Guests without an operating system, from source text, by GNU's assembler. */
final class Assembled {
    /** In front of each guest: names, and a subroutine that prints the text at r0. */
    private static final String BEGIN = """
                .equ UART, 0x09000000
                .equ OWN, 0x0c000000
                .global _start
            _start:
                ldr sp, =0x40100000
                b main
            print:
                ldr r1, =UART
            1:  ldrb r2, [r0], #1
                cmp r2, #0
                bxeq lr
                str r2, [r1]
                b 1b
            power_off:
                ldr r0, =0x84000008
                .inst 0xe1400070 @ hvc #0
            reset:
                ldr r0, =0x84000009
                .inst 0xe1400070 @ hvc #0
            main:
            """;

    private Assembled() {}

    /** The file of a guest whose program is this. */
    static Path guest(Path folder, String program) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("guest.S"), BEGIN + program + "\n.ltorg\n");
        Path object = folder.resolve("guest.o");
        Path linked = folder.resolve("guest.elf");
        run("arm-linux-gnueabi-as", "-march=armv7-a", "-o", object.toString(), source.toString());
        run(
                "arm-linux-gnueabi-ld",
                "-N",
                "--no-warn-rwx-segments",
                "-Ttext=0x40008000",
                "-o",
                linked.toString(),
                object.toString());
        return linked;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with status " + status);
        }
    }
}
