package swivel.cpu.lift;

import swivel.arm.Address;
import swivel.arm.Arguments;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Exclusive;
import swivel.arm.Arguments.Swap;
import swivel.arm.Arguments.TableBranch;
import swivel.arm.Arguments.Transfer;
import swivel.arm.Operand2.Shifted;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Lifts loads and stores (ARM DDI 0406C, A5.2.8 to A5.2.10, A5.3, A5.5). An access comes before every register write
 * of its instruction that a repetition would notice, so that an abort leaves the instruction undone.
 */
final class LoadStore {
    private final MicroCode out;
    private boolean bigEndian;
    /** Added to the operation of an access: {@link MicroOp#UNPRIVILEGED} or nothing. */
    private int rights;

    LoadStore(MicroCode out) {
        this.out = out;
    }

    /** CPSR.E of the code that is lifted. */
    void setBigEndian(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    boolean isBigEndian() {
        return bigEndian;
    }

    /** Lifts a load or store; false if it has no meaning. */
    boolean lift(Transfer transfer) {
        if (transfer.size() == 8) {
            return transfer.load() ? loadDouble(transfer) : storeDouble(transfer);
        }
        return transfer.load() ? load(transfer) : store(transfer);
    }

    boolean lift(BlockTransfer block) {
        if (block.user() || block.rn() == UserState.PC || block.list() == 0) {
            return false;
        }
        if (block.load()) {
            loadMultiple(block);
        } else {
            storeMultiple(block);
        }
        return true;
    }

    boolean lift(Exclusive exclusive) {
        return exclusive.load() ? loadExclusive(exclusive) : storeExclusive(exclusive);
    }

    /** The access of a load or store of one register. */
    private static int operation(Transfer transfer) {
        return switch (transfer.size()) {
            case 1 -> !transfer.load() ? MicroOp.ST8 : transfer.signed() ? MicroOp.LD8S : MicroOp.LD8U;
            case 2 -> !transfer.load() ? MicroOp.ST16 : transfer.signed() ? MicroOp.LD16S : MicroOp.LD16U;
            default -> transfer.load() ? MicroOp.LD32 : MicroOp.ST32;
        };
    }

    // The address of the access that is lifted: slot plus displacement; what writeback puts into the base: slot plus
    // amount.
    private int address;
    private int displacement;
    private boolean writesBack;
    private int newBase;
    private int newBaseDisplacement;

    /** Lifts an instruction of the LDRT family with user permissions; false if it has no meaning. */
    boolean liftUnprivileged(Transfer transfer) {
        rights = MicroOp.UNPRIVILEGED;
        boolean lifted = transfer.rt() != UserState.PC && lift(transfer);
        rights = 0;
        return lifted;
    }

    /** Evaluates where the access is and what is written back (A4.6.5, A8.4, A8.5). */
    private void evaluate(Address of) {
        writesBack = of.writesBack();
        int base = out.base(of.rn());
        if (of.offset() instanceof Shifted register) {
            int offset = DataProcessing.shift(out, register);
            int sum = out.temporary();
            out.emit(of.add() ? MicroOp.ADD : MicroOp.SUB, sum, base, offset);
            address = of.before() ? sum : base;
            displacement = 0;
            newBase = sum;
            newBaseDisplacement = 0;
        } else {
            int offset = of.displacement();
            address = base;
            displacement = of.before() ? offset : 0;
            newBase = base;
            newBaseDisplacement = offset;
        }
    }

    private void writeBack(int register) {
        if (!writesBack) {
            return;
        }
        if (newBase == register) {
            if (newBaseDisplacement != 0) {
                out.emit(MicroOp.ADDI, register, register, 0, newBaseDisplacement);
            }
        } else {
            out.emit(MicroOp.MOV, register, newBase, 0);
        }
    }

    private boolean load(Transfer load) {
        int op = operation(load);
        int t = load.rt();
        Address from = load.address();
        int n = from.rn();
        boolean toPc = t == UserState.PC;
        if (toPc && op != MicroOp.LD32 || changesPc(from)) {
            return false;
        }
        evaluate(from);
        int d = toPc || writesBack && t == n ? out.temporary() : t;
        access(op, d, address, displacement);
        writeBack(n);
        if (toPc) {
            out.emit(MicroOp.JREG, n == UserState.SP ? MicroOp.RETURN : MicroOp.PLAIN, d, 0);
        } else if (d != t) {
            out.emit(MicroOp.MOV, t, d, 0);
        }
        return true;
    }

    /** Writing back to r15 is UNPREDICTABLE. */
    private static boolean changesPc(Address address) {
        return address.writesBack() && address.rn() == UserState.PC;
    }

    /** A temporary with the element that a table branch loads. */
    int tableElement(TableBranch branch) {
        int base = out.operand(branch.rn());
        int index = out.operand(branch.rm());
        int t = out.temporary();
        if (branch.size() == 2) {
            out.emit(MicroOp.LSLI, t, index, 0, 1);
            index = t;
        }
        out.emit(MicroOp.ADD, t, base, index);
        access(branch.size() == 2 ? MicroOp.LD16U : MicroOp.LD8U, t, t, 0);
        return t;
    }

    private boolean store(Transfer store) {
        Address to = store.address();
        if (changesPc(to)) {
            return false;
        }
        int value = out.operand(store.rt());
        evaluate(to);
        access(operation(store), value, address, displacement);
        writeBack(to.rn());
        return true;
    }

    /** Emits one access, with its bytes reversed if data is big-endian. */
    void access(int op, int d, int base, int offset) {
        if (!bigEndian || op == MicroOp.LD8U || op == MicroOp.LD8S || op == MicroOp.ST8) {
            out.emit(op + rights, d, base, 0, offset);
        } else if (op == MicroOp.ST32 || op == MicroOp.ST32A || op == MicroOp.ST16) {
            int t = out.temporary();
            out.emit(MicroOp.REV, t, d, 0);
            if (op == MicroOp.ST16) {
                out.emit(MicroOp.LSRI, t, t, 0, 16);
            }
            out.emit(op + rights, t, base, 0, offset);
            out.release(t);
        } else {
            out.emit(op + rights, d, base, 0, offset);
            out.emit(MicroOp.REV, d, d, 0);
            if (op == MicroOp.LD16U || op == MicroOp.LD16S) {
                out.emit(op == MicroOp.LD16U ? MicroOp.LSRI : MicroOp.ASRI, d, d, 0, 16);
            }
        }
    }

    /**
     * Whether two registers are ones to load or store together; in A32 the first is even and the second the next, else
     * there is none.
     */
    private static boolean isPair(int rt, int rt2) {
        return rt2 != Arguments.NONE && rt != UserState.PC && rt2 != UserState.PC;
    }

    private boolean loadDouble(Transfer load) {
        int n = load.address().rn();
        if (!isPair(load.rt(), load.rt2()) || changesPc(load.address())) {
            return false;
        }
        evaluate(load.address());
        int low = out.temporary();
        access(MicroOp.LD32A, low, address, displacement);
        int high = out.temporary();
        access(MicroOp.LD32A, high, address, displacement + 4);
        writeBack(n);
        out.emit(MicroOp.MOV, load.rt(), low, 0);
        out.emit(MicroOp.MOV, load.rt2(), high, 0);
        return true;
    }

    private boolean storeDouble(Transfer store) {
        if (!isPair(store.rt(), store.rt2()) || changesPc(store.address())) {
            return false;
        }
        evaluate(store.address());
        access(MicroOp.ST32A, store.rt(), address, displacement);
        access(MicroOp.ST32A, store.rt2(), address, displacement + 4);
        writeBack(store.address().rn());
        return true;
    }

    private void loadMultiple(BlockTransfer load) {
        int n = load.rn();
        int at = load.lowest();
        int base = -1;
        int target = -1;
        for (int left = load.list(); left != 0; left &= left - 1, at += 4) {
            int register = Integer.numberOfTrailingZeros(left);
            int d = register;
            if (register == UserState.PC) {
                d = target = out.temporary();
            } else if (register == n) {
                d = base = out.temporary();
            }
            access(MicroOp.LD32A, d, n, at);
        }
        if (base >= 0) {
            out.emit(MicroOp.MOV, n, base, 0);
        } else if (load.writesBack()) {
            out.emit(MicroOp.ADDI, n, n, 0, load.step());
        }
        if (target >= 0) {
            out.emit(MicroOp.JREG, n == UserState.SP ? MicroOp.RETURN : MicroOp.PLAIN, target, 0);
        }
    }

    private void storeMultiple(BlockTransfer store) {
        int n = store.rn();
        int at = store.lowest();
        for (int left = store.list(); left != 0; left &= left - 1, at += 4) {
            access(MicroOp.ST32A, out.operand(Integer.numberOfTrailingZeros(left)), n, at);
        }
        if (store.writesBack()) {
            out.emit(MicroOp.ADDI, n, n, 0, store.step());
        }
    }

    private int address(Exclusive exclusive) {
        if (exclusive.displacement() == 0) {
            return exclusive.rn();
        }
        int t = out.temporary();
        out.emit(MicroOp.ADDI, t, exclusive.rn(), 0, exclusive.displacement());
        return t;
    }

    private boolean loadExclusive(Exclusive load) {
        int size = load.size();
        int t = load.rt();
        if (load.rn() == UserState.PC || t == UserState.PC || size == 8 && !isPair(t, load.rt2())) {
            return false;
        }
        int from = address(load);
        if (size < 8) {
            out.emit(MicroOp.LDEX, t, from, 0, size);
            reverse(size, t, t);
            return true;
        }
        int low = out.temporary();
        int high = out.temporary();
        out.emit(MicroOp.LDEX, low, from, high, size);
        reverse(4, low, low);
        reverse(4, high, high);
        out.emit(MicroOp.MOV, t, low, 0);
        out.emit(MicroOp.MOV, load.rt2(), high, 0);
        return true;
    }

    private boolean storeExclusive(Exclusive store) {
        int size = store.size();
        int d = store.rd();
        int t = store.rt();
        int n = store.rn();
        if (n == UserState.PC || t == UserState.PC || d == UserState.PC || d == n || d == t) {
            return false;
        }
        if (size == 8 && (!isPair(t, store.rt2()) || d == store.rt2())) {
            return false;
        }
        int to = address(store);
        int low = t;
        int high = size == 8 ? store.rt2() : 0;
        if (bigEndian && size > 1) {
            low = out.temporary();
            reverse(Math.min(size, 4), low, t);
            if (size == 8) {
                high = out.temporary();
                reverse(4, high, store.rt2());
            }
        }
        out.emit(MicroOp.STEX, d, to, low, size | high << 8);
        return true;
    }

    private void reverse(int size, int d, int value) {
        if (bigEndian && size > 1) {
            out.emit(MicroOp.REV, d, value, 0);
            if (size == 2) {
                out.emit(MicroOp.LSRI, d, d, 0, 16);
            }
        }
    }

    /** SWP and SWPB (A8.8.229): engines of several cores see that both accesses are one. */
    void lift(Swap swap) {
        int base = out.operand(swap.rn());
        int value = out.operand(swap.rm());
        boolean isByte = swap.size() == 1;
        int t = out.temporary();
        access(isByte ? MicroOp.LD8U : MicroOp.LD32A, t, base, 0);
        access(isByte ? MicroOp.ST8 : MicroOp.ST32A, value, base, 0);
        out.emit(MicroOp.MOV, swap.rt(), t, 0);
    }
}
