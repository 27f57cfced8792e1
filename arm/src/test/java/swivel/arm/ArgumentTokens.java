package swivel.arm;

import static swivel.arm.Arguments.NONE;

import java.util.ArrayList;
import java.util.List;
import swivel.arm.Arguments.*;

/**
 * The registers and numbers of a record in the order in which an assembler has them: {@code r1}, {@code #4},
 * {@code cr7}.
 */
final class ArgumentTokens {
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
            case Alu of -> registers(of.rd(), of.rn()).operand(of.operand2());
            case MoveTop of -> registers(of.rd()).number(of.value());
            case Multiply of -> registers(of.rd(), of.rn(), of.rm(), of.ra());
            case MultiplyLong of -> registers(of.low(), of.high(), of.rn(), of.rm());
            case Plain of -> {
                boolean reversed = of.op().name().startsWith("Q");
                registers(of.rd(), reversed ? of.rm() : of.rn(), reversed ? of.rn() : of.rm(), of.ra());
            }
            case Parallel of -> registers(of.rd(), of.rn(), of.rm());
            case Saturate of -> registers(of.rd()).number(of.bits()).operand(of.operand());
            case Pack of -> registers(of.rd(), of.rn()).operand(of.operand());
            case Extend of -> registers(of.rd(), of.rn(), of.rm()).number(of.rotation());
            case Extract of -> registers(of.rd(), of.rn()).number(of.lsb()).number(of.width());
            case Insert of -> registers(of.rd(), of.rn()).number(of.lsb()).number(of.width());
            case Transfer of -> registers(of.rt(), second(of.rt2())).address(of.address());
            case Preload of -> address(of.address());
            case Exclusive of ->
                registers(of.rd(), of.rt(), second(of.rt2()), of.rn()).number(of.displacement());
            case Swap of -> registers(of.rt(), of.rm(), of.rn());
            case BlockTransfer of -> {
                registers(of.rn());
                for (int n = 0; n < 16; n++) {
                    registers(of.has(n) ? n : NONE);
                }
            }
            case Branch of -> number((of.exchange() ? pc() & ~3 : pc()) + of.offset());
            case CompareBranch of -> registers(of.rn()).number(pc() + of.offset());
            case BranchRegister of -> registers(of.rm());
            case TableBranch of -> registers(of.rn(), of.rm()).number(of.size() - 1);
            case StatusRead of -> registers(of.rd());
            case StatusWrite of -> operand(of.value());
            case BankedMove of -> registers(of.register());
            case ChangeState of -> {
                if ((of.clears() | of.sets()) == 0 && of.mode() == NONE) {
                    return false; // UNPREDICTABLE, and written as if it had a mode
                }
                number(Math.max(of.mode(), 0));
            }
            case StoreReturnState of -> registers(13).number(of.targetMode());
            case ReturnFromException of -> registers(of.rn());
            case Call of -> number(of.number());
            case CoprocessorMove of ->
                plain("", of.coprocessor())
                        .plain("", of.opc1())
                        .registers(of.read() && of.rt() == 15 ? NONE : of.rt())
                        .plain("cr", of.crn())
                        .plain("cr", of.crm())
                        .plain("", of.opc2());
            case CoprocessorMove2 of ->
                plain("", of.coprocessor())
                        .plain("", of.opc1())
                        .registers(of.rt(), of.rt2())
                        .plain("cr", of.crm());
            case CoprocessorTransfer of -> {
                plain("", of.coprocessor()).plain("cr", of.crd()).address(of.address());
                if (of.option() != NONE) {
                    plain("", of.option());
                }
            }
            case CoprocessorData of ->
                plain("", of.coprocessor())
                        .plain("", of.opc1())
                        .plain("cr", of.crd())
                        .plain("cr", of.crn())
                        .plain("cr", of.crm())
                        .plain("", of.opc2());
            default -> {
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
            case Operand2.Immediate number -> number(number.value());
            case Operand2.RegisterShifted of -> registers(of.rm(), of.rs());
            case Operand2.Shifted of -> registers(of.rm()).number(of.shift() == Operand2.Shift.RRX ? 0 : of.amount());
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
