package swivel.cpu;

/** Two engines that ran in lockstep do not agree: a defect of one of them. The message has both states and the code. */
public final class EngineDifference extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineDifference(String message) {
        super(message);
    }
}
