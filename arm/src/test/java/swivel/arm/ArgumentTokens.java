package swivel.arm;

import static swivel.arm.Arguments.NONE;

import java.util.ArrayList;
import java.util.List;
import swivel.arm.Arguments.*;

/** The registers and numbers of a record in the order in which an assembler has them: {@code r1}, {@code #4}, {@code cr7}. */
final class ArgumentTokens {
    /** Its flags can be moved to APSR's. */
    private static final int FPSCR = 1;

    private final InstructionSet set;
    private final int address;
    private final List<String> tokens = new ArrayList<>();

    private ArgumentTokens(InstructionSet set, int address) {
        this.set = set;
        this.address = address;
    }

    /** Those of an instruction at an address; null if what is written of it has none to compare. */
    static List<String> of(InstructionSet set, Arguments arguments, int address) {
        ArgumentTokens all = new ArgumentTokens(set, address);
        return all.add(arguments) ? all.tokens : null;
    }

    private boolean add(Arguments arguments) {
        switch (arguments) {
            case Alu(_, int rd, int rn, Operand2 operand2, _) -> registers(rd, rn).operand(operand2);
            case MoveTop(int rd, int value) -> registers(rd).number(value);
            case Multiply(_, int rd, int rn, int rm, int ra, _, _, _) -> registers(rd, rn, rm, ra);
            case MultiplyLong(_, int low, int high, int rn, int rm, _, _, _) -> registers(low, high, rn, rm);
            case Binary(BinaryOp op, int rd, int rn, int rm) -> {
                boolean reversed = op.name().startsWith("Q");
                registers(rd, reversed ? rm : rn, reversed ? rn : rm);
            }
            case Unary(_, int rd, int rm) -> registers(rd, rm);
            case Parallel(_, _, int rd, int rn, int rm) -> registers(rd, rn, rm);
            case Saturate(_, _, int rd, int bits, Operand2.Shifted operand) ->
                registers(rd).number(bits).operand(operand);
            case Pack(_, int rd, int rn, Operand2.Shifted operand) -> registers(rd, rn).operand(operand);
            case Extend(_, _, _, int rd, int rn, int rm, int rotation) -> registers(rd, rn, rm).number(rotation);
            case Extract(_, int rd, int rn, int lsb, int width) -> registers(rd, rn).number(lsb).number(width);
            case Insert(int rd, int rn, int lsb, int width) -> registers(rd, rn).number(lsb).number(width);
            case Transfer(_, _, _, _, int rt, int rt2, Address at) -> registers(rt, second(rt2)).address(at);
            case Preload(_, _, Address at) -> address(at);
            case Exclusive(_, _, int rd, int rt, int rt2, int rn, int displacement) ->
                registers(rd, rt, second(rt2), rn).number(displacement);
            case Swap(_, int rt, int rm, int rn) -> registers(rt, rm, rn);
            case BlockTransfer block -> {
                registers(block.rn());
                for (int n = 0; n < 16; n++) {
                    registers(block.has(n) ? n : NONE);
                }
            }
            case Branch(int offset, _, boolean exchange) -> number((exchange ? pc() & ~3 : pc()) + offset);
            case CompareBranch(int rn, _, int offset) -> registers(rn).number(pc() + offset);
            case BranchRegister(int rm, _) -> registers(rm);
            case TableBranch(int rn, int rm, int size) -> registers(rn, rm).number(size - 1);
            case StatusRead(_, int rd) -> registers(rd);
            case StatusWrite(_, _, Operand2 value) -> operand(value);
            case BankedMove(_, int register, _) -> registers(register);
            case ChangeState(int clears, int sets, int mode) -> {
                if ((clears | sets) == 0 && mode == NONE) {
                    return false; // UNPREDICTABLE, and written as if it had a mode
                }
                number(Math.max(mode, 0));
            }
            case StoreReturnState(int mode, _, _) -> registers(13).number(mode);
            case ReturnFromException(int rn, _, _) -> registers(rn);
            case Call(_, int number) -> number(number);
            case CoprocessorMove(boolean read, _, int coprocessor, int opc1, int rt, int crn, int crm, int opc2) ->
                plain("", coprocessor)
                        .plain("", opc1)
                        .registers(read && rt == 15 ? NONE : rt)
                        .plain("cr", crn)
                        .plain("cr", crm)
                        .plain("", opc2);
            case CoprocessorMove2(_, _, int coprocessor, int opc1, int rt, int rt2, int crm) ->
                plain("", coprocessor).plain("", opc1).registers(rt, rt2).plain("cr", crm);
            case CoprocessorTransfer(_, _, int coprocessor, _, int crd, Address at, int option) -> {
                plain("", coprocessor).plain("cr", crd).address(at);
                if (option != NONE) {
                    plain("", option);
                }
            }
            case CoprocessorData(_, int coprocessor, int opc1, int crd, int crn, int crm, int opc2) ->
                plain("", coprocessor)
                        .plain("", opc1)
                        .plain("cr", crd)
                        .plain("cr", crn)
                        .plain("cr", crm)
                        .plain("", opc2);
            case VfpStatusMove(boolean read, int register, int rt) ->
                registers(read && register == FPSCR && rt == 15 ? NONE : rt);
            case ClearExclusive _, SetEndian _, ExceptionReturn _, Hint _, Barrier _, IfThen _, Other _ -> {
                return false;
            }
        }
        return true;
    }

    /** A32 writes the first register of a pair only. */
    private int second(int rt2) {
        return set == InstructionSet.A32 ? NONE : rt2;
    }

    private int pc() {
        return address + (set == InstructionSet.A32 ? 8 : 4);
    }

    private ArgumentTokens registers(int... registers) {
        for (int register : registers) {
            if (register != NONE) {
                tokens.add(name(register));
            }
        }
        return this;
    }

    private static String name(int register) {
        StringBuilder out = new StringBuilder();
        Syntax.register(out, register);
        return out.toString();
    }

    /** Zero is often left out, and is here always. */
    private ArgumentTokens number(int value) {
        return value == 0 ? this : plain("#", value);
    }

    private ArgumentTokens plain(String prefix, int value) {
        tokens.add(prefix + value);
        return this;
    }

    private ArgumentTokens operand(Operand2 operand) {
        return switch (operand) {
            case Operand2.Immediate(int value, _) -> number(value);
            case Operand2.RegisterShifted(int rm, _, int rs) -> registers(rm, rs);
            case Operand2.Shifted(int rm, Operand2.Shift shift, int amount) ->
                registers(rm).number(shift == Operand2.Shift.RRX ? 0 : amount);
        };
    }

    private ArgumentTokens address(Address at) {
        registers(at.rn());
        int sign = tokens.size();
        operand(at.offset());
        if (!at.add()) {
            tokens.set(sign, "-" + tokens.get(sign));
        }
        return this;
    }
}
