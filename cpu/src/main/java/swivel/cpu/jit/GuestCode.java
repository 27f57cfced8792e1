package swivel.cpu.jit;

import swivel.arm.InstructionSet;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.memory.GuestMemory;

/** The guest instructions of a block, for people to read. */
final class GuestCode {
    private GuestCode() {}

    /** The word of an instruction of a block that starts at a guest-physical address. */
    static int word(Block block, GuestMemory memory, long address, int index) {
        long at = address + block.offsetOf(index);
        if (!Location.thumb(block.location)) {
            return memory.read32(at);
        }
        int first = memory.read16(at);
        if (block.isNarrow(index)) {
            return first;
        }
        boolean inPage = (at + 2 & GuestMemory.PAGE_SIZE - 1) != 0;
        return first << 16 | (inPage ? memory.read16(at + 2) : Location.secondHalf(block.location));
    }

    static InstructionSet set(Block block) {
        return Location.thumb(block.location) ? InstructionSet.T32 : InstructionSet.A32;
    }
}
