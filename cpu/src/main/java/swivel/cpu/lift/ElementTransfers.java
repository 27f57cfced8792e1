package swivel.cpu.lift;

import static swivel.arm.Arguments.NONE;

import swivel.arm.NeonOperation.AllLanesTransfer;
import swivel.arm.NeonOperation.ElementAccess;
import swivel.arm.NeonOperation.ElementsTransfer;
import swivel.arm.NeonOperation.LaneTransfer;
import swivel.cpu.FpRegisters;
import swivel.cpu.fp.Interleaving;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Lifts the loads and stores of elements and structures of Advanced SIMD (ARM DDI 0406C, A7.7). Whole registers are
 * accessed as they are in memory, doubleword by doubleword; that their elements belong to structures, or are
 * big-endian, is put right in registers, behind the loads or before the stores. Single elements are accesses of their
 * own.
 *
 * <p>The base is written last, so that what aborts can be repeated, though it may have loaded some registers.
 */
final class ElementTransfers {
    private final MicroCode out;
    private final LoadStore loadStore;
    private final FloatingPoint floatingPoint;
    private final FloatingPointAccess enabled;

    ElementTransfers(MicroCode out, LoadStore loadStore, FloatingPoint floatingPoint, FloatingPointAccess enabled) {
        this.out = out;
        this.loadStore = loadStore;
        this.floatingPoint = floatingPoint;
        this.enabled = enabled;
    }

    /**
     * Lifts a load or store; false if it has no meaning.
     *
     * @param word the instruction, for who handles a trap
     */
    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    boolean lift(ElementAccess access, int word) {
        if (!access.isPredictable()) {
            return false;
        }
        enabled.require(access, true, word);
        if (access.alignment() > 1) {
            out.emit(MicroOp.ALIGN, access.load() ? 0 : 1, access.rn(), 0, access.alignment() - 1);
        }
        if (access instanceof ElementsTransfer elements) {
            if (elements.load()) {
                load(elements);
            } else {
                store(elements);
            }
        } else if (access instanceof LaneTransfer lane) {
            transfer(lane);
        } else if (access instanceof AllLanesTransfer all) {
            load(all);
        }
        if (access.writesBack()) {
            if (access.rm() == NONE) {
                out.emit(MicroOp.ADDI, access.rn(), access.rn(), 0, access.bytes());
            } else {
                out.emit(MicroOp.ADD, access.rn(), access.rn(), access.rm());
            }
        }
        return true;
    }

    // Whole registers. Doubleword k in memory is register k % structure of group k / structure.

    private static int register(ElementsTransfer elements, int k) {
        int structure = elements.structure();
        return elements.d() + k % structure * elements.spacing() + k / structure;
    }

    private static int layout(ElementsTransfer elements) {
        return Interleaving.of(elements.structure(), elements.spacing(), elements.bits() / 8);
    }

    private boolean isReversed(ElementsTransfer elements) {
        return loadStore.isBigEndian() && elements.bits() > 8;
    }

    /** An access of a doubleword, whose elements of 64 bits are accessed as two words (A8.8.320, A8.8.404). */
    private void access(int op, ElementsTransfer elements, int doubleword, int k) {
        out.emit(op, doubleword, elements.rn(), Math.min(elements.bits() / 8, 4), 8 * k);
    }

    private void load(ElementsTransfer elements) {
        int count = elements.bytes() / 8;
        for (int k = 0; k < count; k++) {
            access(MicroOp.FLD64, elements, register(elements, k), k);
        }
        if (isReversed(elements)) {
            for (int k = 0; k < count; k++) {
                reverse(register(elements, k), register(elements, k), elements.bits());
            }
        }
        if (elements.structure() > 1) {
            for (int group = 0; group < elements.groups(); group++) {
                out.emit(MicroOp.DEINTERLEAVE, elements.d() + group, 0, 0, layout(elements));
            }
        }
    }

    private void store(ElementsTransfer elements) {
        int count = elements.bytes() / 8;
        boolean woven = elements.structure() > 1;
        if (woven) {
            for (int group = 0; group < elements.groups(); group++) {
                int to = FpRegisters.SCRATCH + group * elements.structure();
                out.emit(MicroOp.INTERLEAVE, elements.d() + group, 0, to, layout(elements));
            }
        }
        boolean reversed = isReversed(elements);
        if (reversed) {
            for (int k = 0; k < count; k++) {
                int from = woven ? FpRegisters.SCRATCH + k : register(elements, k);
                reverse(from, FpRegisters.SCRATCH + k, elements.bits());
            }
        }
        for (int k = 0; k < count; k++) {
            int from = woven || reversed ? FpRegisters.SCRATCH + k : register(elements, k);
            access(MicroOp.FST64, elements, from, k);
        }
    }

    /** Reverses the bytes of each element of a doubleword. */
    private void reverse(int from, int to, int bits) {
        int low = out.temporary();
        int high = out.temporary();
        out.emit(MicroOp.FGET, low, 0, 0, 2 * from);
        out.emit(MicroOp.FGET, high, 0, 0, 2 * from + 1);
        reverseWord(low, bits);
        reverseWord(high, bits);
        out.emit(MicroOp.FSET, 0, low, 0, bits == 64 ? 2 * to + 1 : 2 * to);
        out.emit(MicroOp.FSET, 0, high, 0, bits == 64 ? 2 * to : 2 * to + 1);
        out.release(high);
        out.release(low);
    }

    private void reverseWord(int t, int bits) {
        out.emit(MicroOp.REV, t, t, 0);
        if (bits == 16) {
            out.emit(MicroOp.RORI, t, t, 0, 16);
        }
    }

    // One structure.

    private static int loadOf(int bits) {
        return bits == 8 ? MicroOp.LD8U : bits == 16 ? MicroOp.LD16U : MicroOp.LD32;
    }

    private static int storeOf(int bits) {
        return bits == 8 ? MicroOp.ST8 : bits == 16 ? MicroOp.ST16 : MicroOp.ST32;
    }

    private void transfer(LaneTransfer lane) {
        int bits = lane.bits();
        int bit = lane.lane() * bits;
        for (int i = 0; i < lane.structure(); i++) {
            int at = i * bits / 8;
            int register = 2 * (lane.d() + i * lane.spacing()) + (bit >> 5);
            int t = out.temporary();
            if (lane.load()) {
                loadStore.access(loadOf(bits), t, lane.rn(), at);
                floatingPoint.insert(t, register, bit & 31, bits);
            } else {
                floatingPoint.extract(t, register, bit & 31, bits, false);
                loadStore.access(storeOf(bits), t, lane.rn(), at);
            }
            out.release(t);
        }
    }

    private void load(AllLanesTransfer all) {
        int bits = all.bits();
        int copies = all.count() / all.structure();
        for (int i = 0; i < all.structure(); i++) {
            int t = out.temporary();
            loadStore.access(loadOf(bits), t, all.rn(), i * bits / 8);
            floatingPoint.duplicate(t, bits, all.d() + i * all.spacing(), copies);
            out.release(t);
        }
    }
}
