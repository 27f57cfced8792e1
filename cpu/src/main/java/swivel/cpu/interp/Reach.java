package swivel.cpu.interp;

import static swivel.cpu.ir.MicroOp.*;

import swivel.cpu.AddressSpace.Access;
import swivel.cpu.DevicePort;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.PageMaps;

/**
 * Whether all accesses that an instruction has still to make can be made. An access at a device cannot be repeated, so
 * {@link DataAccess} asks before it makes one. That the bases of those to come are known already is what the verifier
 * of blocks makes sure of.
 */
final class Reach {
    private static final int SLOT_MASK = UserState.SLOTS - 1;

    private Reach() {}

    /**
     * The first abort among the accesses from a micro-operation on to the end of its instruction; null: there is none.
     */
    static Trap.DataAbort obstacle(CodeBlock block, int microOp, UserState state, PageMaps space, DevicePort port) {
        byte[] instruction = block.instruction;
        for (int i = microOp; i < instruction.length && instruction[i] == instruction[microOp]; i++) {
            Trap.DataAbort abort = obstacle(block.code[2 * i], block.code[2 * i + 1], state, space, port);
            if (abort != null) {
                return abort;
            }
        }
        return null;
    }

    private static Trap.DataAbort obstacle(int w, int imm, UserState state, PageMaps space, DevicePort port) {
        int op = w & 0xff;
        int base = state.r[w >>> 16 & SLOT_MASK];
        int element = w >>> 24;
        return switch (op) {
            case LD32, LD16U, LD16S, LD8U, LD8S ->
                obstacle(space, base + imm, DataAccess.size(op), Access.READ, false, port);
            case LD32A -> obstacle(space, base + imm, 4, Access.READ, true, port);
            case ST32, ST16, ST8 -> obstacle(space, base + imm, DataAccess.size(op), Access.WRITE, false, port);
            case ST32A -> obstacle(space, base + imm, 4, Access.WRITE, true, port);
            case FLD64, FLD64A -> obstacle(space, base + imm, 8, element, Access.READ, op == FLD64A, port);
            case FST64, FST64A -> obstacle(space, base + imm, 8, element, Access.WRITE, op == FST64A, port);
            case LD32T, LD16UT, LD16ST, LD8UT, LD8ST, ST32T, ST16T, ST8T ->
                obstacle(w - UNPRIVILEGED, imm, state, space.unprivileged(), port);
            case LDEX -> obstacle(space, base, imm, Access.READ, true, port);
            case STEX ->
                state.isTagged(base, imm & 0xff) ? obstacle(space, base, imm & 0xff, Access.WRITE, true, port) : null;
            default -> null;
        };
    }

    private static Trap.DataAbort obstacle(
            PageMaps space, int va, int size, Access access, boolean aligned, DevicePort port) {
        return obstacle(space, va, size, size, access, aligned, port);
    }

    /** At a device unaligned elements are accessed byte by byte, and those of 8 bytes word by word. */
    private static Trap.DataAbort obstacle(
            PageMaps space, int va, int size, int element, Access access, boolean aligned, DevicePort port) {
        boolean write = access == Access.WRITE;
        boolean unaligned = (va & element - 1) != 0;
        if (unaligned && (aligned || space.strictAlignment())) {
            return new Trap.DataAbort(va, write, true);
        }
        int part = unaligned ? 1 : Math.min(element, 4);
        for (int at = va; at != va + size; at += part) {
            long entry = space.entryOrFill(at, access);
            boolean reached = !PageMaps.isMiss(entry, at)
                    || (entry & PageMaps.CODE) != 0
                    || (entry & PageMaps.DEVICE) != 0 && port != null && port.answers(PageMaps.gpa(entry, at), part);
            if (!reached) {
                return new Trap.DataAbort(at, write, false);
            }
        }
        return null;
    }
}
