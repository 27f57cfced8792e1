package swivel.cli;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import swivel.arm.Sensitivity;
import swivel.lpv.Finding;
import swivel.lpv.GuestImage;
import swivel.lpv.ImageException;

/** {@code swivel scan}. */
@Command(
        name = "scan",
        description = "Lists what is sensitive in a kernel, by class. Ends with status 1 if anything is.")
final class ScanCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IN", description = "Kernel: zImage, Image, uImage or ELF")
    private Path in;

    @Option(names = "--list", description = "Also list every instruction with its address and function")
    private boolean list;

    @Override
    public Integer call() throws ImageException {
        GuestImage image = GuestImage.read(InputFile.read(in, "kernel"), in.toString());
        List<Finding> found = image.scan();
        if (list) {
            found.forEach(finding -> System.out.printf(
                    "%08x  %08x  %-40s %s%n",
                    finding.address(),
                    finding.word(),
                    finding.set().disassemble(finding.word(), finding.address()),
                    finding.function()));
        }
        if (found.isEmpty()) {
            System.out.printf("%s (%s): no sensitive instruction%n", in, image.format());
            return ExitStatus.OK;
        }
        System.out.printf("%s (%s): %,d sensitive instructions%n%n", in, image.format(), found.size());
        Map<Sensitivity, Map<String, Long>> byClass = found.stream()
                .collect(Collectors.groupingBy(
                        Finding::sensitivity,
                        () -> new EnumMap<>(Sensitivity.class),
                        Collectors.groupingBy(
                                finding -> finding.instruction().name().toLowerCase(Locale.ROOT),
                                TreeMap::new,
                                Collectors.counting())));
        byClass.forEach((sensitivity, mnemonics) -> System.out.printf(
                "%-14s %,7d   %s%n",
                sensitivity.name().toLowerCase(Locale.ROOT),
                mnemonics.values().stream().mapToLong(Long::longValue).sum(),
                mnemonics.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "))));
        return ExitStatus.FOUND;
    }
}
