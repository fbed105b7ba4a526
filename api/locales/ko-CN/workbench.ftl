workbench-title = 처리할 일
workbench-lead = 당신이 처리해야 할 일을 기한순서로 보여줍니다.
workbench-nothing = 지금은 처리할 일이 없습니다.
todo-due = { $day }까지
