package swivel.devices;

import java.util.List;
import swivel.memory.Snapshot;

/** The generic timers of a machine's CPUs, in the order of their numbers. */
public record GenericTimers(List<GenericTimer> ofCpus) implements Snapshot {
    @Override
    public int version() {
        return 2;
    }

    @Override
    public void fields(Archive fields) {
        ofCpus.forEach(timer -> timer.fields(fields));
    }
}
