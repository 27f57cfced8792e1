package swivel.cpu.ir;

/** Turns guest instructions into blocks of micro-operations. */
public interface Lifter {
    /** Installs what a hypervisor has lifted; null: nothing. */
    void setIntrinsics(Intrinsics intrinsics);

    /**
     * Lifts the block that starts at a guest virtual address.
     *
     * @param ramPage number in RAM of the page that is mapped there
     * @param variant {@link Block#variant(AddressSpace.Sensitive, boolean)}
     */
    Block lift(int pc, int ramPage, int variant);
}
