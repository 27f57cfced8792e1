package swivel.cpu;

import java.util.List;
import swivel.arm.Disassembler;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.cpu.jit.CodeMemory;
import swivel.cpu.jit.Translated;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.x64.EmittedCode;

/** What is said of an execution of {@link BlockFuzz} in which the engines differ. */
final class FuzzReport {
    private final FuzzSide interpreted;
    private final FuzzSide emitted;
    private final int number;

    /** Makes one of an execution in the space of a number. */
    FuzzReport(FuzzSide interpreted, FuzzSide emitted, int number) {
        this.interpreted = interpreted;
        this.emitted = emitted;
        this.number = number;
    }

    /** How many bytes of emitted code a report shows. */
    private static final int CODE_SHOWN = 384;

    /**
     * As text.
     *
     * @param what which execution it is
     * @param before the state in which it started
     * @param block where it started, as emitted code has it, or null
     */
    String of(String what, UserState before, CodeBlock block) {
        StringBuilder text = new StringBuilder(what + " in space " + number + " differs\n");
        list(before.r[UserState.PC], FuzzPrograms.MAX_WORDS, text);
        text.append("where it ended:\n");
        list(interpreted.state.r[UserState.PC] - 4 * WORDS_BEFORE, WORDS_BEFORE + 1, text);
        text.append("%-8s %-10s %-10s %-10s%n".formatted("", "before", "expected", "actual"));
        for (int i = 0; i < UserState.SLOTS; i++) {
            int x = interpreted.state.r[i];
            int y = emitted.state.r[i];
            if (i <= UserState.PC || x != y) {
                String mark = x == y ? "" : "  <";
                text.append("%-8s 0x%08x 0x%08x 0x%08x%s%n"
                        .formatted((i <= UserState.PC ? "r" : "slot ") + i, before.r[i], x, y, mark));
            }
        }
        for (int i = 0; i < FpRegisters.WORDS; i++) {
            int x = interpreted.state.fp.words()[i];
            int y = emitted.state.fp.words()[i];
            if (x != y) {
                int old = before.fp.words()[i];
                text.append("%-8s 0x%08x 0x%08x 0x%08x  <%n".formatted("s" + i, old, x, y));
            }
        }
        text.append("%-8s 0x%08x 0x%08x 0x%08x%n"
                .formatted("status", before.userPsr(), interpreted.state.userPsr(), emitted.state.userPsr()));
        if (block != null && block.translation instanceof Translated translated) {
            byte[] code = new byte[CODE_SHOWN];
            for (int i = 0; i < CODE_SHOWN; i++) {
                code[i] = (byte) CodeMemory.read(translated.host + i);
            }
            text.append(EmittedCode.disassemble(code));
        }
        for (FuzzSide side : List.of(interpreted, emitted)) {
            if (side.remapping.isRestless()) {
                text.append("asked for").append(side.remapping.log()).append('\n');
            }
        }
        return text.toString();
    }

    /**
     * The same read as T32: of a program of it that is what was executed, unless the word is the middle of something.
     */
    private static String t32(int word, int va) {
        int low = word & 0xffff;
        int high = word >>> 16;
        if (T32.length(low) == 4) {
            return " | " + InstructionSet.T32.disassemble(low << 16 | high, va);
        }
        return " | " + InstructionSet.T32.disassemble(low, va) + "; "
                + (T32.length(high) == 4 ? "…" : InstructionSet.T32.disassemble(high, va + 2));
    }

    private static final int WORDS_BEFORE = 24;

    private void list(int pc, int words, StringBuilder text) {
        for (int va = pc; va < pc + 4 * words; va += 4) {
            long address = interpreted.spaces[number].fetchAddress(va);
            if (address >= 0) {
                int word = interpreted.memory.read32(address);
                text.append("%08x: .inst 0x%08x // %s%s%n"
                        .formatted(va, word, Disassembler.disassemble(word, va), t32(word, va)));
            }
        }
    }
}
