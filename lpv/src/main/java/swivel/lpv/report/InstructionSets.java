package swivel.lpv.report;

/** The instruction sets that a site may be an instruction of. */
public enum InstructionSets {
    A32("A32"),
    T32("T32"),
    /** Source text in the unified syntax: the assembler decides. */
    EITHER("A32 or T32");

    private final String title;

    InstructionSets(String title) {
        this.title = title;
    }

    /** As a person writes it. */
    public String title() {
        return title;
    }
}
