package swivel.cpu.x64;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import swivel.cpu.AddressSpace;
import swivel.cpu.Assembler;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.jit.CodeMemory;
import swivel.cpu.jit.LookAhead;
import swivel.cpu.jit.Ram;
import swivel.cpu.jit.Translation;
import swivel.cpu.lift.BlockLifter;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodeSpace;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * Shows what the emitter makes of A32 code, as objdump reads it.
 *
 * <p>{@code java … swivel.cpu.EmittedCode 'ldr r0, [r1, r2, lsl #2]; adds r0, #1; bne .-8'}
 */
public final class EmittedCode {
    private EmittedCode() {}

    private static final int BASE = 0x8000;

    /** The machine code of the block that a source starts with. */
    static String of(String source, boolean severalCores) {
        GuestMemory memory = new GuestMemory(BASE, 1 << 16);
        int[] words = Assembler.assemble(BASE, source);
        for (int i = 0; i < words.length; i++) {
            memory.write32(BASE + 4 * i, words[i]);
        }
        Interpreter interpreter = new Interpreter(memory, new BlockLifter(memory));
        PageMaps space = interpreter.newAddressSpace(
                (to, va, access) -> {
                    to.map(va, va, true, true, true);
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
        CodeSpace cache = interpreter.core.code;
        CodeBlock block = cache.find(space, Location.plain(BASE, space.sensitive()));
        CodeMemory code = new CodeMemory(interpreter.core.host, 1 << 16);
        LookAhead ahead = new LookAhead(cache);
        ahead.begin(block);
        Translation translation = new X64Backend(
                        code, new Ram(GuestMemory.FRAME_SIZE, EntryFormat.of(memory)), severalCores)
                .translate(block, 0, code.next(), ahead);
        return disassemble(Arrays.copyOf(translation.code, translation.length));
    }

    /** What objdump reads in x86-64 code. */
    public static String disassemble(byte[] code) {
        try {
            Path file = Files.createTempFile("swivel", ".bin");
            Files.write(file, code);
            Process objdump = new ProcessBuilder(
                            "objdump",
                            "-D",
                            "-b",
                            "binary",
                            "-m",
                            "i386:x86-64",
                            "-M",
                            "intel",
                            "--no-show-raw-insn",
                            "" + file)
                    .redirectErrorStream(true)
                    .start();
            String text = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Files.delete(file);
            int start = text.indexOf(">:");
            if (start < 0) {
                throw new IllegalStateException("objdump: " + text);
            }
            return text.substring(start + 3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) {
        System.out.print(of(arguments[0].replace(";", "\n"), false));
    }
}
