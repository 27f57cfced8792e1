package swivel.lpv.report;

/** What a site is an instruction of. */
public enum InstructionSet {
    A32("A32"),
    T32("T32"),
    /** Source text in the unified syntax: the assembler decides. */
    EITHER("A32 or T32");

    private final String title;

    InstructionSet(String title) {
        this.title = title;
    }

    /** As a person writes it. */
    public String title() {
        return title;
    }
}
