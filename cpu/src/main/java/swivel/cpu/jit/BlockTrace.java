package swivel.cpu.jit;

import java.util.HexFormat;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Printer;
import swivel.memory.GuestMemory;

/**
 * What became of a block, as text: guest instructions, the micro-operations of each, and the machine code, in lines
 * that {@code xxd -r} reads.
 */
final class BlockTrace {
    private BlockTrace() {}

    private static final int BYTES_A_LINE = 16;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    /**
     * As lines.
     *
     * @param address where the block is, guest-physical
     * @param host where its machine code is
     */
    static String of(Block block, GuestMemory memory, long address, Translation translation, long host) {
        int operations = block.instruction.length;
        StringBuilder text = new StringBuilder(64 * operations + 4 * translation.length);
        text.append("block 0x%08x, guest-physical 0x%08x, host 0x%x: %d instructions, %d micro-operations, %d bytes%n"
                .formatted(block.pc, address, host, block.length, operations, translation.length));
        int shown = 0;
        for (int i = 0; i < operations; i++) {
            for (; shown <= block.instruction[i]; shown++) {
                int pc = block.pc + block.offsetOf(shown);
                int word = GuestCode.word(block, memory, address, shown);
                text.append("0x%08x %08x %s%n"
                        .formatted(pc, word, GuestCode.set(block).disassemble(word, pc)));
            }
            text.append("    ")
                    .append(Printer.print(block.code[2 * i], block.code[2 * i + 1]))
                    .append('\n');
        }
        for (int at = 0; at < translation.length; at += BYTES_A_LINE) {
            int end = Math.min(at + BYTES_A_LINE, translation.length);
            text.append("%08x: ".formatted(at))
                    .append(HEX.formatHex(translation.code, at, end))
                    .append('\n');
        }
        return text.append('\n').toString();
    }
}
