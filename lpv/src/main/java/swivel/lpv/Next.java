package swivel.lpv;

import swivel.arm.Arguments;
import swivel.arm.Arguments.*;
import swivel.arm.Fields;
import swivel.arm.Instruction;

/** Where an instruction sends the flow of control, of either instruction set. */
enum Next {
    /** On to the next instruction, maybe, if not always. */
    FOLLOWS,
    /** Away, and most likely back to the next instruction. */
    RETURNS,
    /** Away for good. */
    ELSEWHERE;

    static final int PC = 15;

    /** Where a word of a row, not a trap word, sends the flow. */
    static Next of(Instruction row, int word) {
        return of(row.condition(word), row.arguments(word));
    }

    /** The same of its condition and of what it operates on. */
    static Next of(int condition, Arguments arguments) {
        if (condition < Fields.AL) {
            return FOLLOWS;
        }
        if (arguments instanceof Branch branch) {
            return branch.link() ? RETURNS : ELSEWHERE;
        }
        if (arguments instanceof BranchRegister branch) {
            return branch.link() ? RETURNS : ELSEWHERE;
        }
        boolean leaves = arguments instanceof Alu alu && alu.rd() == PC
                || arguments instanceof Transfer transfer && isJump(transfer)
                || arguments instanceof BlockTransfer transfer && transfer.load() && transfer.has(PC)
                || arguments instanceof Call call && call.op() == CallOp.UDF
                || arguments instanceof TableBranch
                || arguments instanceof ReturnFromException
                || arguments instanceof ExceptionReturn;
        return leaves ? ELSEWHERE : FOLLOWS;
    }

    /** Whether a load is one into the PC; those with user permissions and of less than a word cannot be (A8.8.92). */
    private static boolean isJump(Transfer load) {
        return load.load() && load.rt() == PC && load.size() == 4 && !load.unprivileged();
    }

    /** The register that data processing, or a load of one register, writes; {@link Arguments#NONE} elsewhere. */
    static int destination(Arguments arguments) {
        if (arguments instanceof Alu alu) {
            return alu.rd();
        }
        if (arguments instanceof Transfer transfer) {
            return transfer.load() && transfer.size() <= 4 ? transfer.rt() : Arguments.NONE;
        }
        return arguments instanceof MoveTop move ? move.rd() : Arguments.NONE;
    }
}
