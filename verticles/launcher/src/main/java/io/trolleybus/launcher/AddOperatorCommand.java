package io.trolleybus.launcher;

import io.trolleybus.model.UserMessages.EnsureOperator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes somebody an operator of a running cluster, the first one in particular, and ends. */
@Command(
        name = "add-operator",
        description = "Makes somebody an operator of a running cluster: opens an account with the password"
                + " operator.password, or promotes the one that the address has, which keeps its own.",
        mixinStandardHelpOptions = true)
final class AddOperatorCommand implements Callable<Integer> {
    private static final String PASSWORD = "operator.password";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private RunOptions run;

    @Option(names = "--email", paramLabel = "ADDRESS", required = true, description = "Whom the account is of.")
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private String email;

    @Option(names = "--name", paramLabel = "NAME", description = "How people call them; the address if not given.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        var errand = new Errand(run);
        String password = errand.configuration().required(PASSWORD);
        var operator = new EnsureOperator(email, password, name.isBlank() ? email : name);
        errand.run(
                "add-operator",
                node -> new LauncherClient(node).ensureOperator(operator),
                email + " is an operator; an account that was there has kept its password");
        return 0;
    }
}
