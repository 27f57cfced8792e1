package swivel.cpu.ir;

import swivel.cpu.Intrinsics;

/** Turns guest instructions into blocks of micro-operations. */
public interface Lifter {
    /** Installs what a hypervisor has lifted; null: nothing. */
    void setIntrinsics(Intrinsics intrinsics);

    /**
     * Lifts the block of a {@link Location}.
     *
     * @param ramPage number in RAM of the page that is mapped there
     */
    Block lift(long location, int ramPage);
}
