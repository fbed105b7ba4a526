"""Solves an MPS file with another solver and prints what it found as one line of JSON.

Arguments: mip|highs|pdlp FILE SECONDS TOLERANCE THREADS
"""

import json
import sys
import time


def highs(relaxed, file, seconds, tolerance):
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(file)
    solver.setOptionValue("time_limit", seconds)
    if relaxed:
        solver.setOptionValue("solver", "pdlp")
        solver.setOptionValue("run_crossover", "off")
        for name in ("pdlp_optimality_tolerance", "kkt_tolerance"):
            solver.setOptionValue(name, tolerance)
    began = time.monotonic()
    solver.run()
    took = time.monotonic() - began
    info = solver.getInfo()
    status = solver.modelStatusToString(solver.getModelStatus())
    known = info.primal_solution_status == 2 or relaxed
    found = {"objective": info.objective_function_value if known else None, "status": status, "seconds": took}
    if not relaxed:
        found["bound"] = info.mip_dual_bound
        found["gap"] = info.mip_gap if known else None
    return found


def pdlp(file, seconds, tolerance, threads):
    from ortools.pdlp import solve_log_pb2, solvers_pb2
    from ortools.pdlp.python import pdlp as solver

    program = solver.read_quadratic_program_or_die(file)
    wanted = solvers_pb2.PrimalDualHybridGradientParams()
    wanted.num_threads = threads
    wanted.termination_criteria.time_sec_limit = seconds
    wanted.termination_criteria.simple_optimality_criteria.eps_optimal_relative = tolerance
    wanted.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = tolerance
    began = time.monotonic()
    result = solver.primal_dual_hybrid_gradient(program, wanted)
    took = time.monotonic() - began
    scale = program.objective_scaling_factor
    objective = scale * (program.objective_vector @ result.primal_solution + program.objective_offset)
    reason = solve_log_pb2.TerminationReason.Name(result.solve_log.termination_reason)
    return {"objective": float(objective), "status": reason, "seconds": took}


def finite(value):
    return value if not isinstance(value, float) or abs(value) < 1e20 else None


way, file, seconds, tolerance, threads = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:6])
if way == "pdlp":
    answer = pdlp(file, seconds, tolerance, int(threads))
else:
    answer = highs(way == "highs", file, seconds, tolerance)
print(json.dumps({name: finite(value) for name, value in answer.items()}))
